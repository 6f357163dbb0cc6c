"""Words that say nothing of what a text is about, in seven languages."""

_ENGLISH = """about after again all also always and any are been before being but came can come could did does done each even ever
every for from get gets got had has have her here him his how its just like made make many may more most much must not now off one
only other our out over own really she should some still such than that the their them then there these they this those too took
two under until very was way were what when where which while who why will with would yet you your"""
_GERMAN = """aber alle allem allen aller alles als also auch auf aus bei beim bin bis bist damit dann das dass dein dem den denn der des
deren dich die dies diese diesem diesen dieser dieses dir doch dort durch ein eine einem einen einer eines er es etwas euch euer für
ganz gar habe haben hat hatte hatten hier ich ihm ihn ihnen ihr ihre immer ins ist jetzt kann kein keine können mal man mehr mein
meine mich mir mit muss nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine sich sie sind so über um und uns unser
unter viel vom von vor wann war waren warum was weil wenn wer werden wie wieder wir wird wurde wurden zu zum zur zwei"""
_FRENCH = """alors aussi autre aux avait avant avec avoir bien car ces cet cette comme dans des deux donc elle elles encore entre est
était être eux fait faire fois ils je leur leurs lui mais même mes moi mon nos notre nous ont par pas peu peut plus pour pourquoi
quand que quel quelle qui sans ses soit sont sous sur tous tout toute toutes très trop tu une vos votre vous"""
_SPANISH = """algo antes así aun bien cada como con contra cual cuando dar del desde donde dos ella ellas ellos era eran esa ese eso
esta este esto está están estoy fue fueron gran hace hacer han hasta hay las les los más mas me mejor menos mis mucho muy nada ni
nos nosotros otra otro para pero poco por porque puede que qué quien sea ser sido sin sobre solo son sus también tanto tener tiene
todo todos una uno unos usted ya yo"""
_ITALIAN = """abbiamo alla alle anche ancora avere bene che chi come con così cui dal dalla dei del della delle dello dentro deve dove due
ecco era erano essere fatto fino fra già gli hanno ho io lei loro lui mai molto nei nel nella noi non nostro ogni per perché però
più poi prima qua quale quando quanto quella quello questa questo sempre senza sia siamo sono sta stata stato sua sul sulla suo
tra tutti tutto una uno vi voi"""
_DUTCH = """aan alle alles als altijd andere ben bij daar dan dat deze die dit doch doen door dus een eens enige geen geweest haar had heb
hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je kan kon kunnen maar me meer men met mij mijn moet na naar niet niets
nog nu of om omdat ons ook op over te tegen toch toen tot uit uw van veel voor waren was wat we wel werd wie wij wil worden wordt ze
zeer zelf zich zij zijn zo zonder zou"""
_PORTUGUESE = """ainda além antes aos após até bem com como contra cada das dela dele depois desde dos duas ela elas ele eles entre
era essa esse esta estava este estou está estão eu foi foram fosse haver havia isso isto já mais mas mesmo meu meus minha muita
muito na nas nem no nos nossa nosso não nao num numa onde os ou para pela pelo pois por porque pra quando que quem se sem ser seu
seus sido sim sobre sua são também tem tenho ter teve tinha tive toda todo todos tudo um uma umas uns vai vocês você"""

STOPWORDS = frozenset(
    word for words in (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _DUTCH, _PORTUGUESE) for word in words.split()
)
